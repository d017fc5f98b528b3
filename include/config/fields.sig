{
  "signatures": [
    {
      "approver": "example-one",
      "content": "c8d9303717be9d886c3046ccfb93a633d9d49846a207e26b9021e8a01b3a111d",
      "signature": "WtsJToSkAaFkkEhc6MP2+mB7Q0Ywt3OzEjHqxLJzhHZ3auhL3Fjwlxr0HbgkcmOrUAYrSjy7rv9AaZ5y8tt3AQ==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "c8d9303717be9d886c3046ccfb93a633d9d49846a207e26b9021e8a01b3a111d",
      "signature": "s+gP0d2IiCBeKzduChfpjbB/icbiYcbg0rPE21ma0rYuka2h3WXMdeKvS7e1f/4Z+NGRMnVOhRG5QApr6kmpCA==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "fields"
}
