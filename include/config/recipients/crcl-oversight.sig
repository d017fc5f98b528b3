{
  "signatures": [
    {
      "approver": "example-one",
      "content": "29bfe635c496a2bf4be4353699fe270616efb690fc67393cc4dc2fca48713e18",
      "signature": "RByL/dvGiLr41z17vtcdXypBcuDz3YtQDTPxJENN0zAQhEZ8k2iTwzJSnvhn8K8gvcpBzexFrTd7KxVEHXLqAw==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "29bfe635c496a2bf4be4353699fe270616efb690fc67393cc4dc2fca48713e18",
      "signature": "uMMd6c/HskatgmUCVj8cknEFsTE6k219OMaYexJdux9rp10JHu9SH+Zw9kzcgLK6LZWJHW5rn/514TEi2FPRBw==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "recipients/crcl-oversight"
}
