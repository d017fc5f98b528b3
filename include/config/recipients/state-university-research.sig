{
  "signatures": [
    {
      "approver": "example-one",
      "content": "700aecab9481760b3347264758fc0ac7e768386ffe00917e7a537c9254163fff",
      "signature": "+HDvPfX6kG07DE8dWX0ESbhBdG25KNcA87ELgiBG55GzeYD+0uA5qsVDc8FWC0+ZKCg+c0QQRrxI6zO5AyzxBA==",
      "signed": "2026-11-27"
    },
    {
      "approver": "example-two",
      "content": "700aecab9481760b3347264758fc0ac7e768386ffe00917e7a537c9254163fff",
      "signature": "aysLxGH3cmwlLvy2fXstag1Vho6KGdB8LocnL/QND8FceyGxDwsVfoWhNJ2xbLQ83QV3zYCfnXEYnK2Jv0LeAQ==",
      "signed": "2026-11-27"
    }
  ],
  "subject": "recipients/state-university-research"
}
