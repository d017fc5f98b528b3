{
  "signatures": [
    {
      "approver": "example-one",
      "content": "f96932fe0398d9052e70a394b5b9949e419fe7ef81b38b0384902fe176dd2c0f",
      "signature": "7kqOKMZ52LMM9rJEhSP7UO8m7rnJMpFqvyx6vW+NMcmhEjsNfUojZ5DkkWXd+NcXsdlFcHN3EaMcQPk32I2qCw==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "f96932fe0398d9052e70a394b5b9949e419fe7ef81b38b0384902fe176dd2c0f",
      "signature": "ToYTw0QvGS21mPi33bYP3ULyU/dfRfVeMXqKquAMU1tfmWALPVRldtgmEEjiAiSd5G4t8PMa+Wunt59QA36ZAg==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "recipients/crcl-oversight"
}
