{
  "signatures": [
    {
      "approver": "example-one",
      "content": "4b02707d59cd7d4a163f97d5657888cb163abbc825fb9f900e04698531481b98",
      "signature": "FpFN8EUNbSy0cFvWeXvcmH1emU7b4gfeuAemgeJ36rSkqUyOMF646v7w29ys8jHTnYTWJ6io/XNQPfEgNoNLAQ==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "4b02707d59cd7d4a163f97d5657888cb163abbc825fb9f900e04698531481b98",
      "signature": "CmL3nv3ptngne9LHq2BtFblRZEnLqXlhHW2myvnQvxhHXhpxfsP7l1pfSiF4ru9qSs3OlyrHiyhQzi8VNsWzBg==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "recipients/state-university-research"
}
