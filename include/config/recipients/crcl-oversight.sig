{
  "signatures": [
    {
      "approver": "example-one",
      "content": "29bfe635c496a2bf4be4353699fe270616efb690fc67393cc4dc2fca48713e18",
      "signature": "5pOaypUkQMe+XH0SVHYoLaCWOhbccAltpET6JpH2WWanRl5HOO3/VVGtksM/olTOkLDK7meNHBIlR24uCjHQBg==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "29bfe635c496a2bf4be4353699fe270616efb690fc67393cc4dc2fca48713e18",
      "signature": "1S9DZcieEEo1yzu5GToB3wrSJFkW0bAlrmYASYpen0YIn8DoWXcB+aVUSncgNscyiDW+PDqzRCLpzXORlKFaDw==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "recipients/crcl-oversight"
}
