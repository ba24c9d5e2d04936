"""The layout of every kind of result: one Grid each, which terminal, notebook, page, workbook and files print.

>>> from hecon.analysis.cost_effectiveness.net_benefit import net_benefit
>>> from hecon.analysis.cost_effectiveness.totals import from_totals
>>> layout(net_benefit(from_totals(("a",), [[1.0]], [[1.0]]), 10, "payer")).title
'Net benefit at 10 per QALY, payer perspective'
"""

from hecon.results.layouts import budget as budget  # each registers the layouts of its kinds
from hecon.results.layouts import decision as decision
from hecon.results.layouts import difference as difference
from hecon.results.layouts import draws as draws
from hecon.results.layouts import fairness as fairness
from hecon.results.layouts import hospital as hospital
from hecon.results.layouts import inputs as inputs
from hecon.results.layouts import lost_work as lost_work
from hecon.results.layouts import patients as patients
from hecon.results.layouts import paying as paying
from hecon.results.layouts import research as research
from hecon.results.layouts import scenarios as scenarios
from hecon.results.layouts import sensitivity as sensitivity
from hecon.results.layouts import value as value
from hecon.results.layouts import volume as volume
from hecon.results.layouts.words import layout as layout
