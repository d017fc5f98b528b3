{
  "signatures": [
    {
      "approver": "example-one",
      "content": "c8d9303717be9d886c3046ccfb93a633d9d49846a207e26b9021e8a01b3a111d",
      "signature": "HdNIR/qHdbxJS5CE7TlL8bbHvK7pMTZh4nG6t8HTOwip5k5m86awnnhZW0tbrl11XkFGrGXuUKcPCopw9vZ9Ag==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "c8d9303717be9d886c3046ccfb93a633d9d49846a207e26b9021e8a01b3a111d",
      "signature": "P+l1EO4fXldEIQJ7700tJz7y6Y8VZi3OnWBFseLtoRwOEbP9ihtlBNevUWBXdZWKHF7STiNBPt3uVGtAfaQNAw==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "fields"
}
