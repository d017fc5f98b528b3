{
  "signatures": [
    {
      "approver": "example-one",
      "content": "e7a9d513ed44892041de963d8b2db2252695add1df10e83464bc8b4c7870a940",
      "signature": "fh7/OEtL2mVc3IzBFoHa/do4rSZ3wxhuRh8ssnBpQy1Rx7S10YzLtPQTFR+Mu2EcnD5vM4d4fxOhEvNX8BXfCw==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "e7a9d513ed44892041de963d8b2db2252695add1df10e83464bc8b4c7870a940",
      "signature": "esrPLOpV1VSxv7b4iP0Uowi1DyLkcMYYm3u+OKbnTNF3jOwdOPaO1qYpOE7R/Xwc0Z+nxqbGwO/5TgQomLVKDA==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "recipients/state-university-research"
}
