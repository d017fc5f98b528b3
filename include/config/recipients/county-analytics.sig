{
  "signatures": [
    {
      "approver": "example-one",
      "content": "6530577a4c0c7da4c23394d1128b68f88a9470dd7064b8f64313b51e4c667b19",
      "signature": "Go30+VpjNGX8MOPJ8ZEMelkAA+5TOyOBig4L7jhtZOmva236mj/I/xehixLEYJdQEycHWwwrJxhwBIagc5Q6CA==",
      "signed": "2026-11-27"
    },
    {
      "approver": "example-two",
      "content": "6530577a4c0c7da4c23394d1128b68f88a9470dd7064b8f64313b51e4c667b19",
      "signature": "+ehhaH8CdJSsCwpjedIwfYIL6rXvlYrgsvR8shl32sgjO812x1Qmm3l5rTfbF460fRZs5e/Ti2coRu1P2B8YDg==",
      "signed": "2026-11-27"
    }
  ],
  "subject": "recipients/county-analytics"
}
