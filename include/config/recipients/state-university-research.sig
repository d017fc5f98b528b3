{
  "signatures": [
    {
      "approver": "example-one",
      "content": "5de2e9a9724275bc12cae604afe2f761a0df3eaf0908fad827ec61dc7da5c0b3",
      "signature": "5h4VwvnJoftpHMLGAVY6JZG0CatIlrsNmtqz7pMxo61SicIN8ityJzr1XpVKDRHlFJEZ0BxdQ5fotcdV7zcsCg==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "5de2e9a9724275bc12cae604afe2f761a0df3eaf0908fad827ec61dc7da5c0b3",
      "signature": "7Uv9WfWbAchNU85zom4uLkZOquQRP05rpbME42jiqVAZrHIzaK4+Krl8/iskU5ASpoZWRVzpS+F0ymJyPE4FDw==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "recipients/state-university-research"
}
