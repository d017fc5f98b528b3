{
  "signatures": [
    {
      "approver": "example-one",
      "content": "a8fdd99fe447ede58ed33115d7aa34811259a9dd7166403a975297522f414105",
      "signature": "2SW3jBrDNvd7HSYRCV3qD7fB91V68/rsShdtfgvtA57EC/ViZ0goUc5ISbFlBs0+x53SM33mMcEnGrlMdrKpCQ==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "a8fdd99fe447ede58ed33115d7aa34811259a9dd7166403a975297522f414105",
      "signature": "ARcEsKPdfAQEgGxmTu37YZjbRFzreLGj5BA5eXXcUVLyzuIYe4mh0evUOqLHAntiPWQtHyari0KIeUiXLM0AAA==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "recipients/state-university-research"
}
