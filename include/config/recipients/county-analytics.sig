{
  "signatures": [
    {
      "approver": "example-one",
      "content": "530d9da1371e4bc5a46ea5e4958a17b440271e0cc499a2e7904503f5dd410e18",
      "signature": "boAU4wDrN4yRvFnL1A76JdyT+qb8YbOXO3VvgnEPXj113ZdETqGwuIHZY4IRHeWOyvNs962kpYUb+UDMDPIdDA==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "530d9da1371e4bc5a46ea5e4958a17b440271e0cc499a2e7904503f5dd410e18",
      "signature": "EXYAX3JLxYjs7Vo1kF/AbBFBBuYK0DOF/A7Uw7P7c1xE/sUpL2YP0VNaMr5ZncK4Id2OgZQ9s+lgKsvSg+cEBg==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "recipients/county-analytics"
}
