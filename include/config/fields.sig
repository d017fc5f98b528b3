{
  "signatures": [
    {
      "approver": "example-one",
      "content": "c8d9303717be9d886c3046ccfb93a633d9d49846a207e26b9021e8a01b3a111d",
      "signature": "GNtQRyGiiLebrAJQL+OHSiTdo3C9Y+FtZudkSAt/Y8ZucwPN6SigR6FWnWIY0dWVXhzTxqxIUm+PhZ31uPfVAA==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "c8d9303717be9d886c3046ccfb93a633d9d49846a207e26b9021e8a01b3a111d",
      "signature": "jcrxMOZL03gU3O89GIB2tkWaPvK2/W9dxKhlhNnmADOckQ2XsYW1UjqVh7nqVerjXzusbwWWqSOqqMQd10YYBA==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "fields"
}
