"""The simulator 模拟器: a sample company that works under the regulation, on a simulated clock.

Part of the product: the demonstration, the benches and the load tests use it. One seed gives one course of events.
"""
