"""The benchmarks: one module each, run by `resolutionflow bench`. Never imported by the product."""
