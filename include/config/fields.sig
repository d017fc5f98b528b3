{
  "signatures": [
    {
      "approver": "example-one",
      "content": "9d38edbebe16c14c42edb2853798be6256c0b70386faa2f2dd310361ee9d2fbf",
      "signature": "5IeDbv+1CLqhWGSTnRdC6y3FEyULILKlQnVD4eaOHvb9qLSlt0h++dPwDuZ75EkLljuqocja6uTtefdXJTOEDQ==",
      "signed": "2026-11-24"
    },
    {
      "approver": "example-two",
      "content": "9d38edbebe16c14c42edb2853798be6256c0b70386faa2f2dd310361ee9d2fbf",
      "signature": "rols7VS41Q0FyQrB0H9C//2pKb7zduYsErGeYJ0bzIyhxZ9M2IID5gdPXq47HUUbB/iiyroETUYbprD7vHaYDw==",
      "signed": "2026-11-24"
    }
  ],
  "subject": "fields"
}
