{
  "signatures": [
    {
      "approver": "example-one",
      "content": "ba844f3481273c431c8daed777a22cc9b7aac8be85f021f4e5fa6bf164dc6525",
      "signature": "gvUa4i84G5Xh7wB17QPhVn+Cwf28OZfxyJt3Gj+lxbvt08ldp2nioDvGFqPurCKYXSYuBOvtwF3NYf+JVdBhCQ==",
      "signed": "2026-11-26"
    },
    {
      "approver": "example-two",
      "content": "ba844f3481273c431c8daed777a22cc9b7aac8be85f021f4e5fa6bf164dc6525",
      "signature": "4wA/AITkK7QkUXXPOJfKPVskL+9YzkbHSRlxu1zsKYfPtUx44Sh2TNuVnbUvflT8E9kMLvjKC6sBgIa9BZhWAg==",
      "signed": "2026-11-26"
    }
  ],
  "subject": "recipients/county-analytics"
}
