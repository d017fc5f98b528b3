{
  "signatures": [
    {
      "approver": "example-one",
      "content": "6530577a4c0c7da4c23394d1128b68f88a9470dd7064b8f64313b51e4c667b19",
      "signature": "q6pcoNqvnuoNFC4YJP54nLqtJqYbUPnqKeq4KZdUA3SAr05i5Mf3ThnKT/p9zTuro9zsgSNKMFslPhH8/fzHBA==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "6530577a4c0c7da4c23394d1128b68f88a9470dd7064b8f64313b51e4c667b19",
      "signature": "AbcVxezRrNng79BXPVcWHordZK3gZHRFxEKAYPNGnOVmx8XzKIm+Je3Yuq8EKMeGEFEdYluQkXJgmcwWdTIrCQ==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "recipients/county-analytics"
}
