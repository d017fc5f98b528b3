{
  "signatures": [
    {
      "approver": "example-one",
      "content": "9d4c8e677eb274d1e7caa1b0befaceeecfe8e90d6071ffab62d7fc03e1d4e549",
      "signature": "Ybe1kUurzt5U4DZOBIPjABAIoFP3IaUge8fB5DNiW7R0RFtDiZM5bh4K3CeMZqv9XPpCombOnT+zOhESkKTjCw==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "9d4c8e677eb274d1e7caa1b0befaceeecfe8e90d6071ffab62d7fc03e1d4e549",
      "signature": "z8ME1kc/HYI2hS80AVxgYWaCh9O4XCGZxY7raxrCQUnFLwUg8dxCd3UtJoJPOwSoSqMJrJ5JylclLDpo1y9sBA==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "recipients/county-analytics"
}
