{
  "signatures": [
    {
      "approver": "example-one",
      "content": "9d4c8e677eb274d1e7caa1b0befaceeecfe8e90d6071ffab62d7fc03e1d4e549",
      "signature": "4qZ7kPrsmSV6Tf2TDdkZm0GrhE78PF8+5KCUlkdbfY/OIgLEZzhtNHKFQs/2nyGrUcsN3CX5QBnpUojOcaZqBw==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "9d4c8e677eb274d1e7caa1b0befaceeecfe8e90d6071ffab62d7fc03e1d4e549",
      "signature": "7NUY+i0ntOafmuH2/E7o5Vl7f+zNsYftRwvVNuPSxlUFiwEuXVaNhfu4IlQA/PrDyS4SSxnJEyrk9rvrjPyEAw==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "recipients/county-analytics"
}
