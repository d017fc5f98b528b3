{
  "signatures": [
    {
      "approver": "example-one",
      "content": "c8d9303717be9d886c3046ccfb93a633d9d49846a207e26b9021e8a01b3a111d",
      "signature": "7S8pdXtB32wscLtQaS1+XeJktcAT1VlbkoOEJ0XzB4tftgvmVeV1Hcg9ExAwaZFjFgACX2PSO4ivE/q2b8MbDA==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "c8d9303717be9d886c3046ccfb93a633d9d49846a207e26b9021e8a01b3a111d",
      "signature": "xZd74w+zOzcIliTG7r3WgvBMYCEsjoUGmkQHTni7ivlbOaMAufDZOlMejMhNmRIhqG9F415GthUBdu2rPkRkCQ==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "fields"
}
