{
  "signatures": [
    {
      "approver": "example-one",
      "content": "b3a0e43a8c87380b95e0f4ea95801c91bdfb0406af4843228e76719dea88aee0",
      "signature": "SiSiIafSHEx9bvnsShOGFJ3O1A+lBt6VCTl2cqeRJlmnAOkwWgM7cJWqw2xwxwxLan3lN2rYHVEOl/pXXVaxBg==",
      "signed": "2026-11-24"
    },
    {
      "approver": "example-two",
      "content": "b3a0e43a8c87380b95e0f4ea95801c91bdfb0406af4843228e76719dea88aee0",
      "signature": "Kn+MMhEXO7/GQvoy5ou5Lllmj7+v/NXIkLVzTqhEdnbD61pqHAX++MEW9ImpboZfcn316/KbVcbHs9FAJK6eAg==",
      "signed": "2026-11-24"
    }
  ],
  "subject": "recipients/county-analytics"
}
