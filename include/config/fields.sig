{
  "signatures": [
    {
      "approver": "example-one",
      "content": "ea28fe4d6659fbb446f253e1ee5a25cd4dca464d716d3ceacf96fb7ad975d4fd",
      "signature": "NBAEN6lzgq8PH1rnuuKgARYDhP8UWzjyeeUNd3vo7OxJeSmxHnW5ra4wqJBih3lgBa9jySJlY5xLW6Lu/vKaCw==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "ea28fe4d6659fbb446f253e1ee5a25cd4dca464d716d3ceacf96fb7ad975d4fd",
      "signature": "uJ4xzB9fKDlHOngWfcATtfw/zq4246k7izj2H8ZUy/jRO9UetHLhQTmja/O8fRkhbUur43PLfUkj7kQ6Gj94Bg==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "fields"
}
