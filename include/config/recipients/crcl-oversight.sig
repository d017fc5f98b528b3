{
  "signatures": [
    {
      "approver": "example-one",
      "content": "f96932fe0398d9052e70a394b5b9949e419fe7ef81b38b0384902fe176dd2c0f",
      "signature": "jbpZ6fWVgbKgTuKFjPeVuQ7BUhExd8S6zzWj1WPG/NZve+D2cdW2djC6odakezJrxEZdGb0M965f7IBoGMGZBw==",
      "signed": "2026-11-24"
    },
    {
      "approver": "example-two",
      "content": "f96932fe0398d9052e70a394b5b9949e419fe7ef81b38b0384902fe176dd2c0f",
      "signature": "fJ7ZijAR4paunYWFnsqSdjq0fDejWiHH6gfr9c+GYwNq/7fVb+5FkcwlzvYmYGaVy1qFp+iJj1aPddSjWMDgBg==",
      "signed": "2026-11-24"
    }
  ],
  "subject": "recipients/crcl-oversight"
}
