"""The benches 性能测试: each prints figures, with a baseline of the same run beside them where there is one."""
