{
  "signatures": [
    {
      "approver": "example-one",
      "content": "29bfe635c496a2bf4be4353699fe270616efb690fc67393cc4dc2fca48713e18",
      "signature": "2o4gx1dRpSJeyMDo9hL4m0/z2BIv4qXU2Q2ur0mNJCVnLqUgHJhyFqUSWiGXftbx9yR6yucxwW1kUZFZtUgHAA==",
      "signed": "2026-11-27"
    },
    {
      "approver": "example-two",
      "content": "29bfe635c496a2bf4be4353699fe270616efb690fc67393cc4dc2fca48713e18",
      "signature": "odpQ7GJqwSXtByAk2G3e/jjOX5vKKfqUN61m9/e4ofkjeA8s9Mzh7fcVYxDdKyzh50IsxPAQoGCzPooZV3hOBQ==",
      "signed": "2026-11-27"
    }
  ],
  "subject": "recipients/crcl-oversight"
}
