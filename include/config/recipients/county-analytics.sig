{
  "signatures": [
    {
      "approver": "example-one",
      "content": "6530577a4c0c7da4c23394d1128b68f88a9470dd7064b8f64313b51e4c667b19",
      "signature": "slvaIOOYxRDlNJZdZpCfSDMlGihFjxGfCdAqAi4eyH+tA8VteKCFra9E7yE3adyBpZAO5D4P1Ekmec3qkPlhAA==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "6530577a4c0c7da4c23394d1128b68f88a9470dd7064b8f64313b51e4c667b19",
      "signature": "lJOqdrBfS80wiNNECy+2Cm8PwIXtFTkhooTa9MX6m3ayRxy1ObJDmIXg/JFpxSpcFX5C7vTOrZNDJY1pwWjXDQ==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "recipients/county-analytics"
}
