{
  "signatures": [
    {
      "approver": "example-one",
      "content": "b3f01cc8834fe4e22c2ee7d06e712b48bb79e059d84afb49e05157492e8395a0",
      "signature": "kE3wdNud37XVSoiCDrVDeIWEes332hKVwo1xGe/uk/c8INOLdA8SraKOzVQrPJhxNIwbqxoCiplOlybLZDapAQ==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "b3f01cc8834fe4e22c2ee7d06e712b48bb79e059d84afb49e05157492e8395a0",
      "signature": "grwdCdb73CUnSFs3/RZxNHw8pl1Mlec+FquUWqBem4rT3HRNIebwPzo35pXaGrpDkK0LD4zNw/TEATrbKnrwCQ==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "recipients/state-university-research"
}
