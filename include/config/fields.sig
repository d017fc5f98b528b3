{
  "signatures": [
    {
      "approver": "example-one",
      "content": "c8d9303717be9d886c3046ccfb93a633d9d49846a207e26b9021e8a01b3a111d",
      "signature": "5wnXBkxNVEvQ+1znd/8VMFwewkewSvtMUE5sUP0HUcXE3GfjMt/9FWJ2NwcnpQJZGIQQlNELvHDQeRUkxjdKAQ==",
      "signed": "2026-11-27"
    },
    {
      "approver": "example-two",
      "content": "c8d9303717be9d886c3046ccfb93a633d9d49846a207e26b9021e8a01b3a111d",
      "signature": "RTCxHvY/CbERkna5GcvEX3xUZgnMyKvadFGhCfPK3+wlTQtlbob5SwWzr5a6wBF90V+Dj/v9tLZ0RTwHeXH5DQ==",
      "signed": "2026-11-27"
    }
  ],
  "subject": "fields"
}
