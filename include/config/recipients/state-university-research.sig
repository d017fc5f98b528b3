{
  "signatures": [
    {
      "approver": "example-one",
      "content": "5de2e9a9724275bc12cae604afe2f761a0df3eaf0908fad827ec61dc7da5c0b3",
      "signature": "aNgeBQfCxB+pMsPBJ/IAi7tEkEH9Z2aCgOmmMi9/d4sK11Hhir56KxwQPZ8NAkaRjPx5myLc9wBNq+KPTrBTCg==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "5de2e9a9724275bc12cae604afe2f761a0df3eaf0908fad827ec61dc7da5c0b3",
      "signature": "RmNCMxXvkvdj74Yekdvv97TT5KN+pTLVw5YW4sEMX+5Lt2o93Pr2uPXWvf+IX1F5/sejy7+8HaBCH4v5TB+6Bg==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "recipients/state-university-research"
}
