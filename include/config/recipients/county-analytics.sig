{
  "signatures": [
    {
      "approver": "example-one",
      "content": "9d4c8e677eb274d1e7caa1b0befaceeecfe8e90d6071ffab62d7fc03e1d4e549",
      "signature": "3z6zMNvwsnlLdVkjQmemKklelUoYJDSUvfq+oX6Ht1WBZTQQkyPGTTO8rzNzOQGAyDqnL1Jg0+EC0OnX5fzlBw==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "9d4c8e677eb274d1e7caa1b0befaceeecfe8e90d6071ffab62d7fc03e1d4e549",
      "signature": "beVanYgSgXKankmA/RCgBqvoY2/KhrXCrvYSKY0nNW7ttWKtYMfqZftyppQGxMC8GdEwUQICPYThY5pMpI1bAg==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "recipients/county-analytics"
}
