{
  "signatures": [
    {
      "approver": "example-one",
      "content": "c8d9303717be9d886c3046ccfb93a633d9d49846a207e26b9021e8a01b3a111d",
      "signature": "HPxmidrG4vB3a5003IjII1tLPghmTH+kx81+dvQY/qR7qnarvVuLcJFIdktkOof/Mn08udM8yJu+5lyHCNeWBQ==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "c8d9303717be9d886c3046ccfb93a633d9d49846a207e26b9021e8a01b3a111d",
      "signature": "aXRwwvoKH+HvP46EEUcrCgbuGVM0AdAzs1LOPliFMROsWG/adHDrS1kxvP3AhlH/mTeOYDYUbWC5Zdu7D8akDg==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "fields"
}
