return {
  inputs: INPUTS, strategies: STRATEGIES, items: ITEMS, prices: PRICES, acts_with: ACTS_WITH, totals, quantities,
  set_horizon, prepare, evaluate, faults: () => refused.slice(), ledger, trace, checks, reports,
};
