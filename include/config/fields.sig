{
  "signatures": [
    {
      "approver": "example-one",
      "content": "9d38edbebe16c14c42edb2853798be6256c0b70386faa2f2dd310361ee9d2fbf",
      "signature": "Gh6BjOFUjiCicxdksnPoEfvKP1F5kZr+EVx3NOqaOfoGGs3EFe4npoctuWynNSpaddNrhVQb0ubn9V3niiAnDA==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "9d38edbebe16c14c42edb2853798be6256c0b70386faa2f2dd310361ee9d2fbf",
      "signature": "GO4bxQbNaIDrdfF13sNjWUe1ltersMj/qFopvhw3Um3okQz6UGqxEdfTtwniowAwbhZ2bJ0mxyy0QMHSP6HNBg==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "fields"
}
