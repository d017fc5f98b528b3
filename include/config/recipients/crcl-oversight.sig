{
  "signatures": [
    {
      "approver": "example-one",
      "content": "69377a2c12e3bc401f7c7d0e876ef810185d02c5f5535588e7edea35d6960a5b",
      "signature": "4rM6pWMxY/CyuuOhyzKorLnwa5Bw95Z5eU1mq6JGF9LfHbJwlQdPHHSP/tf9FPzkZ5Z8YF2Q0nsBCAC7MDm2Cw==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "69377a2c12e3bc401f7c7d0e876ef810185d02c5f5535588e7edea35d6960a5b",
      "signature": "w2/klDlyyi36hTGK4olgN07YTni8YLkO6G9SpU8bLgl90Zs9rmHgi2nx7CpcvvKKoEEAVwI46xBhIX5HcML9Ag==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "recipients/crcl-oversight"
}
