{
  "signatures": [
    {
      "approver": "example-one",
      "content": "9d38edbebe16c14c42edb2853798be6256c0b70386faa2f2dd310361ee9d2fbf",
      "signature": "o68ByaT5FwqhqjRbEn0bqarjXruQS3ZIuyf9+/DjF0Q/qmH7XEvOm6X7RYwQI/Hk/p//TE8ugvj37sa7/5WdDQ==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "9d38edbebe16c14c42edb2853798be6256c0b70386faa2f2dd310361ee9d2fbf",
      "signature": "UUlMq43czu3TtCwSgGPRBVbhTnUuQNtYmoYfESVF98vKFTDlAWZ47mfd1ujwf/63lKYVm0ScdA+3Zze0ZZ/mAA==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "fields"
}
