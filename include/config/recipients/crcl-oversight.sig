{
  "signatures": [
    {
      "approver": "example-one",
      "content": "29bfe635c496a2bf4be4353699fe270616efb690fc67393cc4dc2fca48713e18",
      "signature": "5CKAq82WvWcAHS7l30uFgJJMp3p4clJClnRcMrcB8xzOKQqXGcKd0Fz+zI9d0w1jes5zuXSTw32nd7ybR+8iCw==",
      "signed": "2026-11-27"
    },
    {
      "approver": "example-two",
      "content": "29bfe635c496a2bf4be4353699fe270616efb690fc67393cc4dc2fca48713e18",
      "signature": "EL1kiRpm64DU5LHP//I0JsDWSHPad7YTmjnwLUiXaZZpzYEtIUUw3Z8NprCNI9Fdy1A4SGcVHk9hCEzrZiasBQ==",
      "signed": "2026-11-27"
    }
  ],
  "subject": "recipients/crcl-oversight"
}
