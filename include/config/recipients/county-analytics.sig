{
  "signatures": [
    {
      "approver": "example-one",
      "content": "9d4c8e677eb274d1e7caa1b0befaceeecfe8e90d6071ffab62d7fc03e1d4e549",
      "signature": "iuRaETNqxU/6S4J/XkHD3seXU2MoDjoX79YIxUC9NIBafrVHifbk8cigPkn0iJGdFxL7x+nctSeRQJx0gpibCw==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "9d4c8e677eb274d1e7caa1b0befaceeecfe8e90d6071ffab62d7fc03e1d4e549",
      "signature": "b2conIXXZTDtMubERfJAoHsGvoNOOInqYzr+nSahB+jzdyGoqDop0iPl4lpZpvz0EBp5BHIznGis9EPgcOhuAQ==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "recipients/county-analytics"
}
