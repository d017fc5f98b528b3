{
  "signatures": [
    {
      "approver": "example-one",
      "content": "29bfe635c496a2bf4be4353699fe270616efb690fc67393cc4dc2fca48713e18",
      "signature": "uHvFSHbsKqj4NkeulSkCsrweJPYAnoVfpbnMOneiEBDFf8cDozX/SmmnLDg0meNMAVbgBBrkx83Pt0V1qfzXDg==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "29bfe635c496a2bf4be4353699fe270616efb690fc67393cc4dc2fca48713e18",
      "signature": "9IXcKuDmKd94jZ3G7Zbh6BTHETZOqrk9iYqAlmvyKG1QKSCwDdS5XfUxdGzo7GcNa6SaM9XXwyxNEFFVJzGhAA==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "recipients/crcl-oversight"
}
