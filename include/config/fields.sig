{
  "signatures": [
    {
      "approver": "example-one",
      "content": "c8d9303717be9d886c3046ccfb93a633d9d49846a207e26b9021e8a01b3a111d",
      "signature": "bUSkI8pxIZ322HuXO8448SMpt8vUsSHvZkfypn9p8l3pkO4kaO1trcp9YT9r5lHnlIZxjUxhgC862iRk4FLOCw==",
      "signed": "2026-11-27"
    },
    {
      "approver": "example-two",
      "content": "c8d9303717be9d886c3046ccfb93a633d9d49846a207e26b9021e8a01b3a111d",
      "signature": "rloYdUQGkrT7BYdv6c3P9oIQ/Bpa45xRA0/h5GB4kzSBCL5Th1JfnVKbroSL2qy8EnQgUkJqfbcAVfAtXoooCA==",
      "signed": "2026-11-27"
    }
  ],
  "subject": "fields"
}
