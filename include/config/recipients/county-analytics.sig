{
  "signatures": [
    {
      "approver": "example-one",
      "content": "88d062dae5face37da0e623a093182ebd2f03873c970eb56b6cb34c50411e0b0",
      "signature": "yJ1P/ic+rYWuwu9yWVcywzhK1wV9CaF6erUCln2EBxaltZkkcvJWEs/HDoa6ctZZ7Q9W5lo16xmp1wjyp0x6BA==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "88d062dae5face37da0e623a093182ebd2f03873c970eb56b6cb34c50411e0b0",
      "signature": "K+pneSIKCzop7gjLnnXAua3Yv0TimicywWv74Kx35z8sC988ilNpIWVmFjuTRhUrbmXmroDpGzZ3g/s4yfkNAQ==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "recipients/county-analytics"
}
