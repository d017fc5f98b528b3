{
  "signatures": [
    {
      "approver": "example-one",
      "content": "700aecab9481760b3347264758fc0ac7e768386ffe00917e7a537c9254163fff",
      "signature": "ztylnxF7IDlSEaQjxQxjF9paXPhPTIl113bA2uv7dFJ8nk9eJc9XOoP4A4Gw5GpnQQfnLouZcw8LIlPjhJDiCQ==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "700aecab9481760b3347264758fc0ac7e768386ffe00917e7a537c9254163fff",
      "signature": "PZ1XvQvJ4kJjKWlDY0A5ENdwNEtYZdZR30d54EAu2t+jlMAdOIHxO/W6YSblUny3eMPHcJ2+NPkGIhuG+giiAQ==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "recipients/state-university-research"
}
