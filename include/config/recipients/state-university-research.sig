{
  "signatures": [
    {
      "approver": "example-one",
      "content": "82eb8c9e63b887fd440bef0e0d64ca1ffbd8c3966432828f04f3092c0b4e8fbc",
      "signature": "fAcALM95++RjAUvewkm1NoAukMcUYvfqC+G7RM7Zl+1fVvtdMLtNA9SXmnkaop9nlGd7Cb9E6MAXTYRKZS0eDQ==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "82eb8c9e63b887fd440bef0e0d64ca1ffbd8c3966432828f04f3092c0b4e8fbc",
      "signature": "SW/bcMIgyZsNf2Cf6kTK9gIPoon2IYPQiLFE81BoAFkfntE/qrkTc6kF0BRrT9rS4MVuvvZO4E4AWUc3xIk4Dg==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "recipients/state-university-research"
}
