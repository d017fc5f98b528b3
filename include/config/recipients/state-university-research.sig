{
  "signatures": [
    {
      "approver": "example-one",
      "content": "a8fdd99fe447ede58ed33115d7aa34811259a9dd7166403a975297522f414105",
      "signature": "6dAihvGi5jTAmU9zzAM2IYzaoCLRCN39HKLhYIFlrgtZ2R652dY8SRI7JtQZmSGcMbC/Eh+vT8MnRAjEpzbsAA==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "a8fdd99fe447ede58ed33115d7aa34811259a9dd7166403a975297522f414105",
      "signature": "u6oJxrNjxxLv87lepG+3g7F3m0S57ntkOWNrsXA3mSg0WPrNvzH3wMUkiAWvo09MU5ERMMegcAMFOcWmhJF0Dw==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "recipients/state-university-research"
}
