{
  "signatures": [
    {
      "approver": "example-one",
      "content": "29bfe635c496a2bf4be4353699fe270616efb690fc67393cc4dc2fca48713e18",
      "signature": "cdC8JnZIZtEVpjukDgQ6xXIMcUCychbejFzTuj6vD0eAvMmqSq35jeKZSgtuX2uMA5MpkJ9ytG72XX8Ge5aVDg==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "29bfe635c496a2bf4be4353699fe270616efb690fc67393cc4dc2fca48713e18",
      "signature": "v6/DapkZ3l6lPeakl6XdnlQ+XFYuDCQF56umflbqMO2H+ygSJ+q8KXDpPBpOirxzrvLLTShfwIGjvniz79J5Cw==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "recipients/crcl-oversight"
}
