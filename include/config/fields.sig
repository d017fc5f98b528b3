{
  "signatures": [
    {
      "approver": "example-one",
      "content": "c8d9303717be9d886c3046ccfb93a633d9d49846a207e26b9021e8a01b3a111d",
      "signature": "8RGs32p9UeLGL3hGhlusLaGM8KufKET0k6dy+w6A8uz5GM5m3la32c17Xnj6SSdfwy4fI3i9vNf9PHJslDYiAg==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "c8d9303717be9d886c3046ccfb93a633d9d49846a207e26b9021e8a01b3a111d",
      "signature": "0Ezl5CI1rQZFNb6fj2VVbo3BksMRlUAQ3wPC93h8tDzjMWoo7L/tduZiD+uZD9z+i/5w17HwPLV/M5Zms6MLBQ==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "fields"
}
