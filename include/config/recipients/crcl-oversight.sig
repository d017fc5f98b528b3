{
  "signatures": [
    {
      "approver": "example-one",
      "content": "84b455a8e50f8c33ff73065d40d56786362d4d982ea40512bb190d2c6d185334",
      "signature": "Hicw4jUwnY34ZfsSP9fpiT80xq9ftbJkKa8rPBSINIaxpBS+LjDqzb4AA1lH3cyoIW6mYRuCFSdLDTWaP0B7AQ==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "84b455a8e50f8c33ff73065d40d56786362d4d982ea40512bb190d2c6d185334",
      "signature": "4MPrvbO4m0R9Wwt4E0kBFzqY36fBtMOKGtEm15HgHFc8vep1Bjijwocuw3f1TJ8U8EIqwb0zSKaTABbYkDGQBg==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "recipients/crcl-oversight"
}
