"""Reports and official forms 报表与公文表单: one model of a document, rendered to XLSX and to PDF.

Whoever has something to hand out builds a ``model.Document`` and renders it with ``xlsx.render`` or ``pdf.render``;
both give identical bytes for an identical document and language.
"""
