{
  "signatures": [
    {
      "approver": "example-one",
      "content": "9d38edbebe16c14c42edb2853798be6256c0b70386faa2f2dd310361ee9d2fbf",
      "signature": "z/cbYzq82mrKrC2tuqvD9jbuhgfN+8Npc4ywh5CghbfIrU7WRYZgxyplJYsHaERMVHZxr1VceiKpU7R7LZcCDg==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "9d38edbebe16c14c42edb2853798be6256c0b70386faa2f2dd310361ee9d2fbf",
      "signature": "8d/9cN4keoig9xtF4ZPRC9VtbhekdBEssTqasyiFRYK4xFFRbFU0A6g5QbrAYM3t/Q8VBcKoD68FFfByz7rtDQ==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "fields"
}
