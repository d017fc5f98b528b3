{
  "signatures": [
    {
      "approver": "example-one",
      "content": "88d062dae5face37da0e623a093182ebd2f03873c970eb56b6cb34c50411e0b0",
      "signature": "ZfKX6oZwz9oPwEhJO1U/7rWt+7RXEmECZSC6Q+F+Bp9JXJO6pXf8cl92k1QlF4+JvEetk6HiL/7xyk2/K1B7Dg==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "88d062dae5face37da0e623a093182ebd2f03873c970eb56b6cb34c50411e0b0",
      "signature": "RoqzAwPTSsn/wy2i015mwfBccbzhMv9kYWVDfS2Lz0xv/KlD4VB4+r4rMxw2dknqmCN/G8RL6H96laN9AhBzBA==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "recipients/county-analytics"
}
