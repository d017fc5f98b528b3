{
  "signatures": [
    {
      "approver": "example-one",
      "content": "530d9da1371e4bc5a46ea5e4958a17b440271e0cc499a2e7904503f5dd410e18",
      "signature": "H+rjI1dvtbeQ0ItlT8XJYttgF+GmYwiPLml08G4Ue1aAMkZTEafenXVvK9z+40pLIJOjPgnMzNL8/sBnfOgLAw==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "530d9da1371e4bc5a46ea5e4958a17b440271e0cc499a2e7904503f5dd410e18",
      "signature": "jRXt3uw0/6OgA8uua5ElmM0kuJkyqFutifZryc1qrya7xU5x6qu5QiI+awciu+Do1/JOB6a/5RioJr53pkIJCg==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "recipients/county-analytics"
}
