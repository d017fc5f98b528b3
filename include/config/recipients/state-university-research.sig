{
  "signatures": [
    {
      "approver": "example-one",
      "content": "82eb8c9e63b887fd440bef0e0d64ca1ffbd8c3966432828f04f3092c0b4e8fbc",
      "signature": "YlJMETeayRBWWEibrhAEbP9i9pPGe4mEX2oqreuHIgNf4S01u13UJ0Pd/GSuv8aXzGyi/ULv76JFu30OeMNwDg==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "82eb8c9e63b887fd440bef0e0d64ca1ffbd8c3966432828f04f3092c0b4e8fbc",
      "signature": "IMxq8ntyt6Z+i65as2ljroCtyhM7i40FmRQkIU9/F1uirhazN58U4QxdgcfItNTeVYzyneOYJ77bHzsZ8OlpAg==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "recipients/state-university-research"
}
